import { describe, expect, test } from "vitest";
import { html } from "../../samples/maker/written.ts";
import { bulletin } from "../../samples/maker/written-texts.ts";
import { opened, textIn } from "../../support/opened.ts";

const textOf = (body: string) => textIn(Buffer.from(`<html>${body}`));

describe("the text of HTML", () => {
  test.each([
    ["<p>one</p><p>two</p>", "one\n\ntwo"],
    ["<div>one</div><div>two</div>", "one\ntwo"],
    ["<p>one\n   word<b>s</b>  and <i> more</i>", "one words and more"],
    ["one<br>two<br/>three", "one\ntwo\nthree"],
    ["<pre>a\n  b</pre>c", "a\n  b\n\nc"],
    ["<ul><li>a<li>b</ul>", "a\nb"],
    ["<table><tr><td>a<td>b<tr><td><td>d</table>e", "a\tb\n\td\n\ne"],
    ["<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\n\nb\tc"],
    ["&lt;b&gt; &amp; &uuml;&#x44f;&#1078; &nonsense;", "<b> & üяж &nonsense;"],
    ["<script>a</script><style>b</style><template>c</template><!-- d -->e", "e"],
    ["<script>if (a < b) document.write('<p>x</p>')</script>y", "y"],
    ["<p>unclosed <b>everything", "unclosed everything"],
    ["</div></p>stray", "stray"],
  ])("of %j is %j", async (body, text) => {
    expect(await textOf(body)).toBe(text);
  });

  test("is decoded as a meta element says, without scripts, styles and frames", async () => {
    expect(await textIn(html(bulletin, "http://pictures.example"))).toBe(
      [bulletin.title, "", bulletin.paragraph, "", ...bulletin.rows.map((row) => row.join("\t"))].join("\n"),
    );
  });

  test("is found at any depth", async () => {
    expect(await textOf(`${"<div>".repeat(20_000)}deep`)).toBe("deep");
  });

  test("is a page although there is none of it", async () => {
    expect(await opened(Buffer.from("<html><img src=a.png>"))).toEqual({
      format: "html",
      pages: [{ outcome: "text", text: "" }],
    });
  });
});
