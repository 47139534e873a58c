// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A receiver as others write it, from the public libraries alone: what each of them says of a
// request decides the answer, 204 or 400 with its words.
// Usage: node receiver.mjs FOLDER SECRET; FOLDER holds node_modules. Listens on loopback, prints
// "port N", and then a line of JSON a request. Ends with the process that started it.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, secret] = process.argv.slice(2);
const require = createRequire(join(folder, "package.json"));
const { HTTP } = require("cloudevents");
const standard = new (require("standardwebhooks").Webhook)(secret);
const svix = new (require("svix").Webhook)(secret);

// What the libraries see of a request; the first of them that is not content throws.
function read(headers, body) {
  const step = (name, work) => {
    try {
      return work();
    } catch (fault) {
      throw new Error(`${name}: ${fault.message}`);
    }
  };
  const verified = step("standardwebhooks", () => standard.verify(body, headers));
  step("svix", () => svix.verify(body, headers));
  const event = step("cloudevents", () => {
    const parsed = HTTP.toEvent({ headers, body: body.toString("utf8") });
    parsed.validate();
    return parsed;
  });
  // Each library for itself is content: they must also have seen the same message.
  if (event.id !== headers["webhook-id"]) throw new Error("the event's id is not the webhook-id");
  if (verified.type !== event.type) throw new Error("the two standards see different types");
  if (Number.isNaN(Date.parse(verified.timestamp))) throw new Error("the timestamp is no date");
  if (event.time !== verified.timestamp) throw new Error("time and timestamp differ");
  if (typeof event.data !== "object" || event.data === null) throw new Error("data is no object");
  if (body.length > 20000) throw new Error(`the body has ${body.length} bytes`);
  return event;
}

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    let verdict;
    try {
      const event = read(request.headers, Buffer.concat(parts));
      verdict = { id: event.id, type: event.type };
      response.writeHead(204).end();
    } catch (fault) {
      verdict = { id: request.headers["webhook-id"] ?? "", refused: fault.message };
      response.writeHead(400, { "content-type": "text/plain" }).end(fault.message);
    }
    process.stdout.write(JSON.stringify(verdict) + "\n");
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${server.address().port}\n`));
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(0), 1000).unref();
