"use strict";
const form = document.getElementById("filters");

// Empty fields would be 400s (an empty value is no filter), so they are left out of the address.
form.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData.entries()]) {
    if (value.trim() === "") event.formData.delete(name);
  }
});

// Type-ahead: the values of a field are parted by commas, and the last one is being written.
const SUGGESTED = { source: "source", exclude_source: "source", entity: "entity", exclude_entity: "entity", topic: "topic", exclude_topic: "topic" };
const PAUSE = 120;

function suggest(input, type) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-names`;
  input.after(list);
  input.setAttribute("list", list.id);
  input.autocomplete = "off";
  let timer = 0;
  let asked = "";
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const [, before, written] = /^(.*,\s*)?([^,]*)$/s.exec(input.value) || [];
    const prefix = (written || "").replace(/^[-"\s]+/, "").trim();
    if (!prefix || prefix === asked) return;
    timer = setTimeout(async () => {
      asked = prefix;
      const address = new URLSearchParams({ q: prefix.slice(0, 100), type, limit: "8" });
      try {
        const response = await fetch(`/v1/suggest?${address}`, { headers: { Accept: "application/json" } });
        if (!response.ok || asked !== prefix) return;
        const { results } = await response.json();
        list.replaceChildren(...results.map(({ name, count }) => {
          const option = document.createElement("option");
          option.value = (before || "") + (name.includes(",") ? `"${name}"` : name);
          option.label = `${name} (${count})`;
          return option;
        }));
      } catch {
        // Without suggestions one goes on writing.
      }
    }, PAUSE);
  });
}

for (const [name, type] of Object.entries(SUGGESTED)) {
  const input = form.elements.namedItem(name);
  if (input instanceof HTMLInputElement) suggest(input, type);
}

// "/" goes to the first field, as in many other places.
document.addEventListener("keydown", (event) => {
  const writing = event.target instanceof Element && event.target.closest("input, textarea, select");
  if (event.key !== "/" || writing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  form.closest("details").open = true;
  form.querySelector("input").focus();
});
