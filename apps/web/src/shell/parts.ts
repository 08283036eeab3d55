import { lazyPart } from './lazy-part.ts';

/** What stands beside the page and is not needed to show it. */
export const commandPalette = lazyPart(() => import('./command-palette.tsx'));
export const helpOverlay = lazyPart(() => import('./help-overlay.tsx'));
export const notices = lazyPart(() => import('./notices.tsx'));
