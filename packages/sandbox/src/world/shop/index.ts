import { plain } from './plain/plain.ts';
import type { Scenario } from './scenario.ts';

/** The list: what the shop shows. */
export const shop: readonly Scenario[] = [plain];

export const fleet = shop.flatMap(({ services }) => services);
