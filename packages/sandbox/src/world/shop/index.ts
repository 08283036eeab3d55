import { blueGreen } from './blue-green/blue-green.ts';
import { canary } from './canary/canary.ts';
import { cascade } from './cascade/cascade.ts';
import { flag } from './flag/flag.ts';
import { plain } from './plain/plain.ts';
import { progressive } from './progressive/progressive.ts';
import type { Scenario } from './scenario.ts';

/** The list: what the shop shows. */
export const shop: readonly Scenario[] = [plain, blueGreen, canary, progressive, flag, cascade];

export const fleet = shop.flatMap(({ services }) => services);
