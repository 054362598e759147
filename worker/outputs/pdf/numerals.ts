/** Numbers of a content stream. PDF knows no exponents, and a thousandth of a point is below what a page shows. */
export const numerals = (...numbers: number[]) =>
  numbers.map((number) => String(Number(number.toFixed(3)))).join(" ");
