import { lazyPart } from './lazy-part.tsx';

/** What stands beside the page and is not needed to show it. */
export const commandPalette = lazyPart('the search', () => import('./command-palette.tsx'));
export const helpOverlay = lazyPart('the help', () => import('./help-overlay.tsx'));
export const notices = lazyPart('the notices', () => import('./notices.tsx'));
