/** What the samples say whose text is real text. All of it is made up. */
import type { OfficeContent } from "./office.ts";

export const lease: Omit<OfficeContent, "pictures"> = {
  header: "Estate of Northmoor - Lease 44",
  paragraphs: [
    "Lease of the Upper Meadow",
    "",
    "Between the estate & Mr. Tobias Crane, farmer, the following was agreed on 2 February 1921.",
    "The meadow is let for seven years. It may be mown but not ploughed, and the gate is kept shut.",
    "",
    "The rent is paid on these days:",
  ],
  table: [
    ["Day", "Pounds", "To whom"],
    ["Lady Day", "12", "the steward"],
    ["Michaelmas", "14", "the steward"],
  ],
  footnote: "The lane beside the meadow is not let.",
  deleted: "The rent may be paid in hay.",
};

export const leaseReceipt = ["Received of Mr. Crane", "twelve pounds on Lady Day.", "J. Holt, steward"];

export const herbal: Omit<OfficeContent, "pictures"> = {
  header: "From the kitchen garden",
  paragraphs: [
    "Notes on herbs",
    "",
    "Thyme likes a dry wall.   Mint likes none, and will have the whole bed if it is let.",
    "Sow parsley early; it is slow to show.",
  ],
  table: [
    ["Herb", "Sown", "Cut"],
    ["Dill", "April", "July"],
    ["Sage", "", "all year"],
  ],
  footnote: "Before the frost, that is.",
  deleted: "Mint is best kept in a pot.",
};

export const herbalLabel = ["Dill, second sowing,", "the bed by the well."];

export const circular: Omit<OfficeContent, "pictures"> = {
  header: "County Schools Office",
  paragraphs: [
    "Circular No. 9",
    "",
    "To all head teachers. Coal for the winter will be brought in the last week of October.",
    "Each school has one load for every two rooms. Sacks are to be counted and sent back.",
  ],
  table: [
    ["School", "Rooms", "Loads"],
    ["Ash Hill", "4", "2"],
    ["Weir", "6", "3"],
  ],
  footnote: "Rooms without a stove do not count.",
};

export const circularStamp = ["Seen and entered", "in the school book."];

/** Paragraphs. */
export const petition = [
  "В городскую управу",
  "Жители Речной улицы просят поставить два фонаря у моста. Осенью там темно, и на прошлой неделе " +
    "две телеги съехали в канаву.",
  "Мы готовы заплатить за столбы; керосин пусть даст город.",
  "Подписали 31 человек — 5 октября 1909 года.",
];

export const petitionNote = ["Granted: two lamps.", "The clerk, 9 October"];

export const diary = [
  "Дневник смотрителя",
  "",
  "3 марта. Лёд ещё стоит. Почту привезли на санях, три письма и газеты за неделю.",
  "4 марта. Ветер с юга, к вечеру дождь. Чинили крышу сарая, гвоздей хватило.",
  "6 марта. Первые утки. Лёд у берега потемнел, через реку больше не ходим.",
];

/** Title, paragraph, then a table's rows. */
export const bulletin = {
  title: "Gemeindeblatt",
  paragraph:
    "Die Brücke über den Mühlbach bleibt bis zum 12. Mai gesperrt. Fußgänger können den Steg bei der Säge benützen.",
  rows: [
    ["Tag", "Markt"],
    ["Dienstag", "Käse und Öl"],
    ["Samstag", "Gemüse"],
  ],
};

export const order = {
  from: "Ada Quist <ada@reed.example>",
  to: "Workshop Müller <post@mueller.example>",
  date: "2003-05-06T09:30:00.000Z",
  subject: "Order 512 for the Mühle",
  body: [
    "Good morning,",
    "please send four oak boards, three metres long, and a pound of 40 mm nails. The sketch and the price list are attached.",
    "Ada Quist",
  ],
};

export const orderSketch = ["Sketch of the gate", "four boards, two hinges"];
export const orderPrices = ["Prices in May", "Oak board 18.40", "Nails, a pound 2.10"];

/** Lines of small pages, recognised. */
export const passport = ["Permit No. 803", "The bearer may cross the dam", "on foot at any hour."];
export const photographed = ["Store room C", "Shelf 4 holds maps,", "shelf 5 holds ledgers."];
export const faxed = ["Please confirm by noon", "that the train of 17.05", "stops at Fenwick Halt."];
export const surveyed = ["Parcel 61, east side", "Length 118 paces", "Width 42 paces"];
