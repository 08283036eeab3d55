import type { Meaning } from '../meaning/meaning.ts';

/*
 * Told apart without colour and in 16 px: a plain tile is quiet, a triangle is to be watched, an octagon is to be acted on, a
 * tile with a tick is done, and what is unknown is a hollow, dashed tile. The tab is on the browser's ground, light or dark, so each is solid
 * enough for both.
 */
const drawings = {
  quiet:
    '<rect width="32" height="32" rx="8" fill="#3b5bdb"/><g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"><path d="M10 11h7.5a5.5 5.5 0 0 1 0 11H12"/><path d="m13.5 7-4 4 4 4"/></g>',
  watch:
    '<path d="M16 3.5 30 28H2z" fill="#f0b429" stroke="#5f3b00" stroke-width="3" stroke-linejoin="round"/><path d="M16 12v7.5" stroke="#3a2400" stroke-width="3.6" stroke-linecap="round"/><circle cx="16" cy="24" r="2.1" fill="#3a2400"/>',
  act: '<path d="M10 1.5h12l8.5 8.5v12L22 30.5H10L1.5 22V10z" fill="#cf2f36" stroke="#fff" stroke-width="1.5"/><path d="M16 8v10" stroke="#fff" stroke-width="4.4" stroke-linecap="round"/><circle cx="16" cy="24" r="2.6" fill="#fff"/>',
  done: '<circle cx="16" cy="16" r="15" fill="#12694a"/><path d="m9 16.5 5 5 9.5-10.5" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>',
  unknown:
    '<rect x="2" y="2" width="28" height="28" rx="8" fill="#e9ecf1" stroke="#4c5563" stroke-width="3" stroke-dasharray="6.4 4"/><path d="M12 12.4a4.2 4.2 0 1 1 6 4c-1.3.8-2 1.5-2 3" fill="none" stroke="#303846" stroke-width="3" stroke-linecap="round"/><circle cx="16" cy="24" r="2" fill="#303846"/>',
} satisfies Record<Meaning, string>;

/** The picture of a tab as an address: the shape of a meaning and its colour. */
export function tabIcon(meaning: Meaning): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${drawings[meaning]}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
