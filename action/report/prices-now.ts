import type { Console } from "../console.ts";
import { logText } from "./escape.ts";
import { type Prices, pricesOf } from "./prices.ts";
import { refreshSpotPrices } from "./spot-feed.ts";

/** Today's Spot prices where AWS's feed of them can be read, else those of the table. */
export async function pricesNow(region: string, console: Console): Promise<Prices> {
  const refreshed = await refreshSpotPrices(fetch, pricesOf(region));
  if (refreshed.outcome === "kept") {
    const { spotAsOf } = refreshed.prices.basis;
    console.info(
      `Spot prices are those of ${spotAsOf}; newer ones could not be read: ${logText(refreshed.reason)}`,
    );
  }
  return refreshed.prices;
}
