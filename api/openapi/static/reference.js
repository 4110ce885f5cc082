// Draws /openapi.json: surfaces, their operations by tag, and everything needed to call one.

import { Schemas, constraints, element, prose } from "./schemas.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const SEARCHABLE = new Map(); // operation card -> [its link in the contents, its text]

function operationsOf(api) {
  return Object.entries(api.paths).flatMap(([path, item]) => METHODS
    .filter((method) => item[method])
    .map((method) => ({ path, method, ...item[method] })));
}

function grouped(operations, key) {
  const groups = new Map();
  for (const operation of operations) {
    const name = key(operation);
    groups.set(name, [...(groups.get(name) || []), operation]);
  }
  return groups;
}

function badge(method) {
  return element("span", { class: `method ${method}` }, method === "delete" ? "DEL" : method);
}

// A path's parameters stand out, and long paths break after a slash.
function pathText(path) {
  const parts = path.split(/(\{[^}]+\})/).flatMap((part) => (part.startsWith("{")
    ? [element("em", {}, part)]
    : part.split(/(?<=\/)/).flatMap((piece) => [piece, element("wbr")])));
  return element("code", { class: "path" }, ...parts);
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

// Path parameters become shell variables: curl itself would read braces as alternatives.
function shellPath(path) {
  return path.replace(/\{([^}]+)\}/g, (_, name) => `$${name.toUpperCase()}`);
}

function curl(operation, body) {
  const query = (operation.parameters || [])
    .filter((parameter) => parameter.in === "query" && parameter.required)
    .map((parameter) => `${parameter.name}=…`).join("&");
  const address = `${location.origin}${shellPath(operation.path)}${query ? `?${query}` : ""}`;
  const method = operation.method.toUpperCase();
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}"${address}"`];
  if (operation.security) lines.push('-H "Authorization: Bearer $FORGE_KEY"');
  if (body !== undefined) {
    lines.push('-H "Content-Type: application/json"', `-d ${quoted(JSON.stringify(body))}`);
  }
  return lines.join(" \\\n  ");
}

// Over plain HTTP, except on loopback, browsers keep the clipboard back: select the text instead.
async function copied(code) {
  if (!navigator.clipboard) {
    getSelection().selectAllChildren(code);
    return "Selected";
  }
  await navigator.clipboard.writeText(code.textContent);
  return "Copied";
}

function codeBlock(title, text) {
  const code = element("code", {}, text);
  const copy = element("button", { type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    copy.textContent = await copied(code);
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
  return element("figure", {},
    element("figcaption", {}, element("span", {}, title), copy),
    element("pre", { tabindex: "0" }, code));
}

function parameterList(operation, schemas) {
  const parameters = operation.parameters || [];
  if (!parameters.length) return null;
  const rows = parameters.map((parameter) => element("li", {},
    element("div", { class: "field" },
      element("code", { class: "name" }, parameter.name),
      element("span", { class: "type" }, schemas.typeOf(parameter.schema)),
      element("span", { class: "place" }, parameter.in),
      parameter.required ? element("span", { class: "required" }, "required") : null,
      ...constraints(schemas.resolved(parameter.schema))
        .map((each) => element("span", { class: "limit" }, each))),
    ...prose(parameter.description)));
  return element("section", {}, element("h4", {}, "Parameters"),
    element("ul", { class: "fields" }, ...rows));
}

function requestSection(content, schemas) {
  if (!content) return null;
  return element("section", {},
    element("h4", {}, "Request body ", element("span", { class: "type" }, schemas.typeOf(content.schema))),
    schemas.fields(content.schema));
}

function responseRow(status, response, schemas) {
  const [mediaType, content] = Object.entries(response.content || {})[0] || [];
  const kind = status < "300" ? "good" : status < "400" ? "neutral" : "bad";
  const summary = element("summary", {},
    element("span", { class: `status ${kind}` }, status),
    element("span", {}, response.description),
    content ? element("span", { class: "type" }, schemas.typeOf(content.schema)) : null);
  const details = element("details", { class: "response", open: kind === "good" ? "" : false }, summary);
  const headers = Object.keys(response.headers || {}).join(", ");
  if (content && schemas.within(content.schema)) details.append(schemas.fields(content.schema));
  const about = [mediaType, headers && `headers: ${headers}`].filter(Boolean).join("  ·  ");
  details.append(element("p", { class: "about" }, about || "No body."));
  return details;
}

function exampleOf(content, schemas) {
  return content.example !== undefined ? content.example : schemas.example(content.schema);
}

function examples(operation, request, schemas) {
  const body = request && exampleOf(request, schemas);
  const blocks = [codeBlock("curl", curl(operation, body))];
  if (request) blocks.push(codeBlock("Example request", JSON.stringify(body, null, 2)));
  const status = Object.keys(operation.responses).find((each) => each < "300");
  const answer = status && operation.responses[status].content?.["application/json"];
  if (answer && (answer.example !== undefined || schemas.within(answer.schema))) {
    const text = JSON.stringify(exampleOf(answer, schemas), null, 2);
    blocks.push(codeBlock(`Example answer · ${status}`, text));
  }
  return element("div", { class: "examples" }, ...blocks);
}

function card(operation, schemas) {
  const request = operation.requestBody?.content?.["application/json"];
  const responses = Object.entries(operation.responses)
    .map(([status, response]) => responseRow(status, response, schemas));
  return element("article", { id: operation.operationId },
    element("h3", {}, element("a", { href: `#${operation.operationId}` }, operation.summary)),
    element("p", { class: "address" }, badge(operation.method), pathText(operation.path),
      operation.security ? element("span", { class: "chip" }, "API key") : null),
    ...prose(operation.description),
    element("div", { class: "columns" },
      element("div", {}, parameterList(operation, schemas), requestSection(request, schemas),
        element("section", {}, element("h4", {}, "Responses"), ...responses)),
      examples(operation, request, schemas)));
}

function link(operation) {
  return element("a", { href: `#${operation.operationId}`, title: operation.path },
    badge(operation.method), element("span", {}, operation.summary));
}

function drawGroup(tag, operations, schemas, main, contents) {
  const links = element("div", { class: "group" }, element("h5", {}, tag));
  const section = element("section", { class: "group" }, element("h2", { class: "tag" }, tag));
  for (const operation of operations) {
    const entry = link(operation);
    const drawn = card(operation, schemas);
    const text = [operation.summary, operation.path, operation.method, operation.operationId, tag];
    SEARCHABLE.set(drawn, [entry, text.join(" ").toLowerCase()]);
    links.append(entry);
    section.append(drawn);
  }
  contents.append(links);
  main.append(section);
}

function documentLinks(addresses) {
  return addresses.map((address) => element("a", { class: "chip", href: address }, address));
}

function draw(api) {
  const main = document.getElementById("top");
  const contents = document.getElementById("contents");
  const schemas = new Schemas(api.components.schemas);
  document.getElementById("version").textContent = api.info.version;
  document.getElementById("loading").remove();
  main.append(element("header", { class: "intro" }, element("h1", {}, `${api.info.title} API reference`),
    ...prose(api.info.description),
    element("p", {}, element("code", {}, location.origin), " ", ...documentLinks(["/openapi.json"]))));
  const surfaces = grouped(operationsOf(api), (operation) => operation["x-surface"]);
  for (const [name, operations] of surfaces) {
    const about = api["x-surfaces"][name];
    contents.append(element("h4", {}, element("a", { href: `#${name}` }, about.title)));
    main.append(element("header", { id: name, class: "surface" }, element("h2", {}, about.title),
      ...prose(about.description), element("p", {}, ...documentLinks(about.documents))));
    const tags = grouped(operations, (operation) => operation.tags?.[0] || "Other");
    for (const [tag, tagged] of tags) drawGroup(tag, tagged, schemas, main, contents);
  }
}

function search(words) {
  let matches = 0;
  for (const [drawn, [entry, text]] of SEARCHABLE) {
    const matching = words.every((word) => text.includes(word));
    drawn.hidden = entry.hidden = !matching;
    matches += matching;
  }
  for (const group of document.querySelectorAll(".group")) {
    group.hidden = !group.querySelector("a[href]:not([hidden]), article:not([hidden])");
  }
  document.getElementById("no-match").hidden = matches > 0;
}

function listen() {
  const box = document.getElementById("search");
  box.addEventListener("input", () => search(box.value.toLowerCase().split(/\s+/).filter(Boolean)));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box) {
      event.preventDefault();
      box.focus();
    }
  });
}

const answer = await fetch("/openapi.json");
if (answer.ok) {
  draw(await answer.json());
  listen();
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
} else {
  document.getElementById("loading").textContent = `/openapi.json answered ${answer.status}.`;
}
