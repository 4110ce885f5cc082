// A client on Node's own fetch: follows the events, creates a document, reads it back.
// Arguments: address, key, content as JSON text. Prints what it received as one JSON object.
const [address, key, text] = process.argv.slice(2);
const headers = { authorization: `Bearer ${key}` };

async function* events(response) {
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n").filter((line) => line && !line.startsWith(":"));
      const fields = Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trimStart()]),
      );
      if (fields.data) yield { ...fields, data: JSON.parse(fields.data) };
    }
  }
}

const signal = AbortSignal.timeout(30_000);
const stream = await fetch(`${address}/events`, { headers: { ...headers, accept: "text/event-stream" }, signal });
const created = await fetch(`${address}/api/v1/documents`, {
  method: "POST",
  headers: { ...headers, "content-type": "application/json" },
  body: JSON.stringify({ name: "from node", contentText: text }),
  signal,
});
const location = created.headers.get("location");
const id = location.split("/").pop();
const content = await (await fetch(`${address}${location}/content`, { headers, signal })).json();
const openapi = await (await fetch(`${address}/openapi.json`, { signal })).json();
for await (const event of events(stream)) {
  if (event.data.stream === `document-${id}`) {
    console.log(JSON.stringify({ status: created.status, content, event, openapi: openapi.openapi }));
    process.exit(0);
  }
}
