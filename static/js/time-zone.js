/* Tell the form which time zone this browser is in. */

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

for (const field of document.querySelectorAll("input[data-time-zone]")) field.value = timeZone ?? "";
