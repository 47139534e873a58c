// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What npm's adaptivecards says of the messages for Teams in some folders, as a client that knows
// version 1.2 and nothing newer reads them. Prints each fault, then how many cards were read; ends
// with 1 where there is a fault, or no card.
// Usage: node cards.mjs MODULES FOLDER...; MODULES holds node_modules.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, ...folders] = process.argv.slice(2);
const require = createRequire(join(modules, "package.json"));
// Its bundle: what the package names as its main file is for bundlers.
const cards = require("adaptivecards/dist/adaptivecards.js");

function faultsOf(message) {
  const faults = [];
  const attachments = message.attachments ?? [];
  if (message.type !== "message" || attachments.length !== 1) faults.push("not one attachment");
  for (const { contentType, content } of attachments) {
    if (contentType !== "application/vnd.microsoft.card.adaptive") {
      faults.push(`the attachment is of type ${contentType}`);
    }
    const { msteams, ...plain } = content;
    const card = new cards.AdaptiveCard();
    card.version = cards.Versions.v1_2;
    const context = new cards.SerializationContext(cards.Versions.v1_2);
    card.parse(plain, context);
    for (let i = 0; i < context.eventCount; i += 1) {
      faults.push(context.getEventAt(i).message);
    }
    for (const event of card.validateProperties().validationEvents) faults.push(event.message);
    if (!(card.version instanceof cards.Version) || `${card.version}` !== "1.2") {
      faults.push(`the card is of version ${card.version}`);
    }
    if (card.getItemCount() !== plain.body.length) faults.push("an element was left out");
    if (card.getActionCount() !== (plain.actions ?? []).length) {
      faults.push("an action was left out");
    }
    faults.push(...lostIn(plain, card.toJSON()));
  }
  return faults;
}

// Every text that stands in the card must come back from what the library made of it: what it does
// not know it drops in silence.
function lostIn(given, kept) {
  const texts = (value, found = []) => {
    if (typeof value === "string") found.push(value);
    else if (value !== null && typeof value === "object") {
      for (const [name, one] of Object.entries(value)) {
        if (name !== "$schema" && name !== "color" && name !== "type") texts(one, found);
      }
    }
    return found;
  };
  const known = new Set(texts(kept).map((text) => text.toLowerCase()));
  return texts(given)
    .filter((text) => !known.has(text.toLowerCase()))
    .map((text) => `dropped: ${JSON.stringify(text.slice(0, 80))}`);
}

let read = 0;
let wrong = 0;
for (const folder of folders) {
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(".json")) continue;
    read += 1;
    let faults;
    try {
      faults = faultsOf(JSON.parse(readFileSync(join(folder, name), "utf8")));
    } catch (fault) {
      faults = [`it could not be read: ${fault.message}`];
    }
    wrong += faults.length > 0 ? 1 : 0;
    for (const fault of faults) console.log(`${name}: ${fault}`);
  }
}
console.log(`${read} cards read, ${wrong} with faults`);
process.exit(read > 0 && wrong === 0 ? 0 : 1);
