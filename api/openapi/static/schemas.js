// JSON Schemas, resolved and drawn for people: a tree of fields, and an example of a value.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== null));
  return made;
}

// Text with `code` in it, in paragraphs: all the markup that our descriptions use.
export function prose(text) {
  return (text || "").split(/\n{2,}/).filter(Boolean).map((paragraph) =>
    element("p", {}, ...paragraph.replace(/\n/g, " ").split(/`+/).map(
      (part, index) => (index % 2 ? element("code", {}, part) : part))));
}

export class Schemas {
  constructor(components) {
    this.components = components || {};
  }

  resolved(schema) {
    let found = schema;
    while (found && found.$ref) {
      const { $ref, ...beside } = found;
      found = { ...this.components[$ref.split("/").pop()], ...beside };
    }
    return found || {};
  }

  typeOf(schema) {
    if (schema.$ref) return schema.$ref.split("/").pop();
    const branches = schema.anyOf || schema.oneOf;
    if (branches) return branches.map((branch) => this.typeOf(branch)).join(" | ");
    if ("const" in schema) return JSON.stringify(schema.const);
    if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
    if (schema.type === "array") return `${this.typeOf(schema.items || {})}[]`;
    if (Array.isArray(schema.type)) return schema.type.join(" | ");
    if (schema.format) return `${schema.type} (${schema.format})`;
    return schema.type || "any JSON";
  }

  // The object whose fields are worth unfolding beneath a value of this schema, if there is one.
  within(schema) {
    const found = this.resolved(schema);
    if (found.properties) return found;
    if (found.type === "array" && found.items) return this.within(found.items);
    if (typeof found.additionalProperties === "object") {
      return this.within(found.additionalProperties);
    }
    const branches = found.anyOf || found.oneOf || [];
    return branches.map((branch) => this.within(branch)).find(Boolean);
  }

  fields(schema) {
    const found = this.within(schema);
    if (!found) return element("p", { class: "type" }, this.typeOf(schema));
    const required = found.required || [];
    const rows = Object.entries(found.properties).map(
      ([name, field]) => this.field(name, field, required.includes(name)));
    return element("ul", { class: "fields" }, ...rows);
  }

  field(name, schema, required) {
    const resolved = this.resolved(schema);
    const row = element("li", {},
      element("div", { class: "field" },
        element("code", { class: "name" }, name),
        element("span", { class: "type" }, this.typeOf(schema)),
        required ? element("span", { class: "required" }, "required") : null,
        ...constraints(resolved).map((each) => element("span", { class: "limit" }, each))),
      ...prose(schema.description || (schema.$ref ? "" : resolved.description)));
    if (this.within(schema)) row.append(this.unfolding(schema));
    return row;
  }

  // Drawn when opened: schemas may refer to themselves.
  unfolding(schema) {
    const details = element("details", {}, element("summary", {}, "fields"));
    details.addEventListener("toggle", () => {
      if (details.children.length === 1) details.append(this.fields(schema));
    });
    return details;
  }

  example(schema, depth = 0) {
    const found = this.resolved(schema);
    if (found.example !== undefined) return found.example;
    if (found.examples && found.examples.length) return found.examples[0];
    if (found.default !== undefined && found.default !== null) return found.default;
    if ("const" in found) return found.const;
    if (found.enum) return found.enum[0];
    const branches = found.anyOf || found.oneOf;
    if (branches) return this.example(branches[0], depth);
    if (found.type === "array") return depth > 4 ? [] : [this.example(found.items || {}, depth + 1)];
    if (found.properties) return depth > 4 ? {} : this.exampleObject(found, depth);
    return PLAIN[found.format] ?? PLAIN[found.type] ?? {};
  }

  exampleObject(schema, depth) {
    return Object.fromEntries(Object.entries(schema.properties).map(
      ([name, field]) => [name, this.example(field, depth + 1)]));
  }
}

const PLAIN = {
  string: "string", integer: 1, number: 1, boolean: true, null: null,
  "date-time": "2026-01-31T12:00:00Z",
};

const LIMITS = {
  minimum: "≥", exclusiveMinimum: ">", maximum: "≤", exclusiveMaximum: "<",
  minLength: "length ≥", maxLength: "length ≤", minItems: "items ≥", maxItems: "items ≤",
  pattern: "matches",
};

export function constraints(schema) {
  const limits = Object.entries(LIMITS)
    .filter(([key]) => schema[key] !== undefined)
    .map(([key, sign]) => `${sign} ${schema[key]}`);
  if (schema.default !== undefined && schema.default !== null) {
    limits.push(`default ${JSON.stringify(schema.default)}`);
  }
  return limits;
}
