/** What a browser sees at the root: every method as a link. */
import type { Routes } from "./route.ts";

/** The host comes from whoever asks, so it is escaped. Socket methods are listed as well. */
export function endpointsPage(routes: Routes, host: string): string {
  const links = [...routes.keys()].toSorted().map((name) => {
    const query = (routes.get(name)?.names ?? []).map((argument) => `${argument}=_`).join("&");
    const link = escaped(`//${host}/${name}?`) + query;
    return `<a href="${link}">${link}</a></br>`;
  });
  // The original counts the context as an argument, so that its first list is always empty.
  const heads = ["<br>Available endpoints:<br>", "<br>Endpoints that require arguments:<br>"];
  return `<html><body>${heads.join("")}${links.join("")}</body></html>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}
