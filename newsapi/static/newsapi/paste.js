"use strict";
const form = document.getElementById("paste");
const outcome = document.getElementById("paste-outcome");

function link(text, address) {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.textContent = text;
  return anchor;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  const body = { text: document.getElementById("paste-text").value };
  for (const name of ["source", "url"]) {
    const value = document.getElementById(`paste-${name}`).value.trim();
    if (value) body[name] = value;
  }
  button.disabled = true;
  outcome.textContent = "Structuring …";
  try {
    const response = await fetch(form.dataset.action, {
      method: "POST",
      headers: {
        "Content-Type": "application/json", Accept: "application/json", Prefer: "wait=10",
        "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.status === 201) {
      location.assign(`/v1/articles/${answer.id}`);
    } else if (answer.status === "duplicate") {
      outcome.replaceChildren("The archive has this already: ", link("see the article", `/v1/articles/${answer.duplicate_of}`));
    } else if (response.status === 202) {
      outcome.replaceChildren("Accepted, it takes a moment: ", link("see what becomes of it", `/v1/documents/${answer.id}`));
    } else {
      outcome.textContent = answer.detail || `${response.status} ${response.statusText}`;
    }
  } catch (error) {
    outcome.textContent = `The service does not answer (${error.message}). What you pasted is still above.`;
  } finally {
    button.disabled = false;
  }
});
