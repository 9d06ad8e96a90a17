"use strict";
// Empty fields would be 400s (an empty value is no filter), so they are left out of the address.
document.getElementById("filters").addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData.entries()]) {
    if (value.trim() === "") event.formData.delete(name);
  }
});
