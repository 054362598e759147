/**
 * What the samples say, a paragraph a line. All of it is made up. No ligatures, no curly quotes and no
 * dashes but the hyphen, so that there is one true text of every page.
 */

export const lighthouseLetter = `            Cape Orrin, 4 May 1912

Dear Mr. Hollis,

Your letter of the 20th came with the supply boat this morning, together with the new lamp glass, which arrived without a crack. Please thank the packers for me. The old glass had served us for eleven years and I was sorry to see it go, but the light is much clearer now.

You ask how many ships passed the cape in April. By my book there were 143, of which 96 went north and 47 went south. Fog kept us blind for three days, and on those days we rang the bell every two minutes and counted nothing.

My daughter asks whether the library could spare a second box of books. She has read everything here twice, even the tide tables.

With kind regards,
Edwin Marsh
Keeper of the light`;

export const gardenMinutes = `Minutes of the Garden Society

Held at the school house on Tuesday, 9 March. Present were Mrs. Alder in the chair, Mr. Penn, Miss Roe, Dr. Quill and fourteen members.

1. The minutes of the February meeting were read and signed.

2. The treasurer reported a balance of 62 pounds. Seeds had cost 8 pounds and the repair of the greenhouse roof 17 pounds. The report was accepted without a vote.

3. Mr. Penn proposed that the summer show should move from the church hall to the water meadow. Miss Roe feared for the cakes if it rained. After some talk it was agreed to hire a tent.

4. Dr. Quill showed a black tulip. Several members thought it was dark purple.

The meeting closed at a quarter past nine. The next one will be held on 13 April.`;

export const ferryNotice = `TO ALL PASSENGERS

From Monday next the ferry between Stone Quay and the island will leave every forty minutes instead of every half hour. The first boat goes at 6.20 and the last boat returns at 22.40.

Bicycles and prams may be taken without charge as long as there is room on the lower deck. Dogs must be held on a short lead. Cattle are carried on Thursdays only, and their owners must give notice the day before.

Tickets bought before the change remain valid until the end of the year. Anyone who holds a season ticket may ask for a part of the price to be paid back at the office on the quay. Please bring the ticket and some proof of your address.

In strong wind the boats do not run. A red flag is then raised above the office, where it can be seen from both shores.

The Harbour Board`;

export const cloakroomTicket = `Royal Theatre, Cloakroom

Number 2738

One winter coat, grey
One umbrella, brown handle
One pair of gloves

Please keep this ticket. Nothing is given out without it. The cloakroom closes half an hour after the end of the play, and whatever has been left behind is then taken to the porter at the stage door.`;

export const bridgeMemorandum = `To: Works Department
From: Bridge Inspector
Date: 17 October 1938
Subject: Footbridge at Mill Lane

The footbridge was inspected on Friday after the heavy rain. The water stood 85 centimetres below the planks, which is the highest mark in our records.

Two of the nine planks are rotten and must be replaced before winter. The handrail on the north side is loose at the third post. The stone piers are sound, though the joints of the left one should be filled when the river is low.

Until the work is done I have put up a sign that allows one person on the bridge at a time. The school has been told and will send the children by the road.

Cost of timber and labour: about 140 crowns.`;

export const houseInventory = [
  `INVENTORY OF HILL HOUSE
Ground floor, taken on 2 June

Hall
1 clock, tall, walnut case, not running
4 chairs with cane seats, one torn
1 umbrella stand, iron
2 paintings of ships, in gilt frames

Dining room
1 table, oak, with 3 spare leaves
12 chairs, oak, leather seats
1 sideboard, marked inside "Made in Leeds"
86 plates, white with a blue rim, 5 chipped
24 glasses, cut, and 18 glasses, plain

Kitchen
1 iron range with two ovens
7 copper pans, the largest of 20 litres
1 scale with weights from 10 grams to 5 kilos
3 stone jars for flour and salt`,
  `INVENTORY OF HILL HOUSE
Upper floor, taken on 3 June

Library
1,460 books, of which 212 in French
1 globe, diameter 45 centimetres
2 reading lamps, brass, green shades
1 ladder, seven steps

Blue bedroom
1 bed, iron, with mattress
1 wardrobe, pine, painted
6 blankets, wool, and 10 sheets, linen
1 mirror, cracked in one corner

Nursery
2 beds, small
1 rocking horse, one ear missing
38 toy soldiers in a cigar box
1 blackboard with a box of chalk`,
  `INVENTORY OF HILL HOUSE
Stable and garden, taken on 4 June

Stable
1 cart with two wheels
3 saddles, one for a child
9 buckets, and 40 metres of rope
1 ladder, eleven steps

Garden
4 benches, wood, in need of paint
1 sundial on a stone foot
2 lawn rollers, one of them broken
75 flower pots of different sizes

The list was read to Mrs. Wainwright, who found it complete except for a parrot and its cage. These were in the kitchen on the first day and have been with her sister since. The whole was valued at 2,315 pounds.`,
] as const;

export const wellReport = [
  `Report on the Wells of the Upper Valley

In the dry summer of last year eleven of the nineteen wells of the valley gave no water for at least a week. The parish therefore asked us to measure all of them and to say which ones are worth deepening.

We visited every well twice, in early spring and in late August. At each visit we measured the depth of the water with a weighted tape, its temperature and its taste, and we asked the owners how many people and animals drink from it.

The deepest well is that of the old brewery. It reaches 41 metres and held more than 9 metres of water even in August. The shallowest one, behind the church, is hardly a well at all: it is 3 metres deep and collects what runs off the roof.`,
  `The wells along the river road depend on the river. When it falls, they fall with it a day or two later. Deepening them would help little, because the rock below the gravel carries no water.

The wells on the slope are another matter. They are fed by a spring above the quarry which ran at 12 litres a minute in spring and still at 7 in August. A pipe of 600 metres would bring this water to the market place, where a single pump could serve sixty houses.

We advise the parish to build the pipe and to leave the old wells as they are. The cost is set out in the second part of this report. It comes to less than a third of what nineteen deeper wells would cost.`,
] as const;

export const weatherHandbook = [
  `Handbook for Weather Observers

Readings are taken three times a day, at seven in the morning, at one in the afternoon and at seven in the evening. If a reading is missed, leave the line empty. Never fill it in from memory, and never guess.

Read the thermometer first, before your breath and your lantern can warm it. Stand so that your eyes are level with the end of the column. Read to a tenth of a degree and write the number down before you look at anything else.

Next, read the rain gauge. Pour the water into the measuring glass, hold the glass upright and read the lower edge of the curve. Less than 0.1 millimetres is written as a trace. Snow is melted first; do it slowly and put a lid on the pot.

Then look at the sky. Write down how many tenths of it are covered by cloud. When the sky is hidden by fog, write the word fog and no number.`,
  `The wind is observed last. Watch the vane for two full minutes and take the direction it keeps for most of that time. The force is judged by what the wind moves: smoke, leaves, branches, whole trees. A table is printed inside the cover of the book.

At the end of each month add up the rain and find the mean of the temperatures. Check every sum twice, once from the top and once from the bottom. Send the sheet to the central office not later than the third day of the next month, and keep a copy.

Instruments that are broken should be reported at once. Do not try to repair a barometer yourself. Mercury is poisonous and the tube cannot be filled again without a pump.

An observer who moves house should not carry the instruments along, for a long row of readings from one place is worth more than two short ones.`,
] as const;

export const museumFile = [
  `Acquisition file 1187

The museum was offered a wooden model of a paddle steamer, 92 centimetres long, by a private owner in the spring. The model is thought to have been built about 1870 by a ship's carpenter and shows the Morning Star, which carried mail on the lake for twenty-six years.

The hull is carved from a single block of lime wood. Both wheels turn. The funnel is a later addition, and one of the two boats on deck is missing.

The owner could show a letter from her grandfather which mentions the model. The letter is copied on the next page. Its paper and ink agree with the date it bears.`,
  `            Lakeside, 11 August 1891

My dear Clara,

The model is yours, as I promised. I made it in the long winter when the lake was frozen and there was no work at the yard. Every plank of the deck is cut to scale, and if you count the windows of the saloon you will find eighteen on either side, just as there were.

Do not let the boys sail it. It was built to be looked at and would sink like a stone.

The captain offered me forty dollars for it once. I told him that he already had the real one.

Your loving grandfather,
Samuel Birch`,
  `Decision of the board

The board met on 30 September and decided to buy the model for the sum of 1,850. The money is taken from the fund for the history of the lake. The missing boat will not be replaced, but a drawing of it is to hang beside the case.

Before it is shown, the model must be kept for six weeks in a closed box at a steady humidity of 50 percent, since small round holes in the keel suggest that it may have worms.

The letter will be kept in the archive under the same number as the model. A copy of this file goes to the owner.`,
] as const;

export const marketNews = {
  title: "The Weekly Messenger",
  body: `Market place floods for the second time

Heavy rain on Wednesday night put the market place under water for the second time this year. By six in the morning the stalls on the lower side stood in a pool that reached the knees of the fire brigade. Nobody was hurt.

Mrs. Tansy, who has sold eggs at the corner of Bell Street for thirty years, saved her goods by putting them on the roof of her cart. The hens would not have minded, she told us, but the customers want their eggs dry.

The drain below the square was built for a smaller town. The council has talked about a larger one since the last flood, and a plan has been drawn, but the money was spent on the new clock. The clock has stopped at ten minutes to four.

School choir wins first prize

The choir of the village school came home on Sunday with a silver cup. Nine choirs had sung at the county hall, and the judges needed only a few minutes to agree.

The teacher, Miss Lark, had chosen three old sea songs which the children learned from retired sailors at the harbour. Some words had to be changed. The cup can be seen in the window of the post office until Christmas.`,
};

export const orchardRecord = `Orchard record, year 14

The winter was mild and the buds opened two weeks early. A hard frost on 2 April killed most of the plum blossom, while the apples, which are later, were hardly touched.

Row 1 gave 310 kilos, row 2 gave 285 kilos and row 3 only 120 kilos because of the scab. Row 4 was planted last autumn and carries no fruit yet.

We kept two hives near the gate. The bees did well until June, when one swarm left us for the chimney of the doctor. He has asked us to come and fetch it. We went there with a basket and came back with eleven stings and no bees.

Next year the trees of row 3 will be cut back, and the grass below them is to be mown before the leaves fall.`;

export const tramRules = `Rules for Tram Conductors

Greet every passenger who greets you. Help old people and small children up the step. Do not ring the bell before everyone has a firm hold.

Collect the fare between the first stop and the second. Give change from the left pocket and keep the notes in the right one. A torn ticket is valid if the number can be read.

When the car is full, say so in a friendly voice and point to the one behind. If there is none behind, find room.

Lost property goes to the depot the same evening. Last year this came to 418 umbrellas, 73 hats, a cello and a box of live crabs. Only the crabs were asked for.

A conductor who is late three times in a month loses one free day.`;

export const harbourLetter = `            Harbour Office, 19 January 1912

To the owner of the sloop Petrel

Sir,

Your vessel has been lying at the east wall since the 3rd of November. The fee for this berth is two shillings a week, and we have received nothing since the first payment. The sum now due is one pound and two shillings.

We also ask you to remove the nets that hang from the rail, as they frighten the horses.

If you wish to stay through the winter, a cheaper berth is free behind the ice house. It is sheltered from all winds but the north.

Yours faithfully,
J. Corbet, Clerk`;

export const oilLetter = `            Cape Orrin, 2 December 1912

Gentlemen,

The forty cans of lamp oil which you sent in November were delivered on Saturday. I opened six of them and found that two contain water at the bottom, about a cup in each. The lamp went out twice in one night before we knew the reason.

I have marked the two cans and put them aside. The other thirty-four have not been opened yet, and I should like to know what to do with them.

There is enough of the old oil for another nineteen days. After that I shall have to burn what I have, and I would rather not learn about the water from a ship.

Your obedient servant,
Edwin Marsh`;

export const thanksLetter = `            Cape Orrin, 8 February 1913

Dear Miss Hollis,

The box of books came on Thursday and not one of them was wet. Father says that I may keep the light burning in my room until nine, but only as long as the oil is good.

I began with the one about the whale because it is the thickest. There is a great deal of rope in it. We have seen four whales from the gallery this winter, and none of them was white.

Please tell your brother that the tide tables are quite correct. I checked.

Yours truly,
Alice Marsh`;
