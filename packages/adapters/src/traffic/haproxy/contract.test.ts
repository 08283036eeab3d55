import { weightedRouteContract } from '@lastgood/testkit/contracts/weighted-route';
import { realHaproxyMissing } from '@lastgood/testkit/servers/real-haproxy';
import { it } from 'vitest';
import { openHaproxyWorld } from './haproxy-harness.ts';

const missing = await realHaproxyMissing();
if (missing === null) weightedRouteContract('the real HAProxy', () => openHaproxyWorld());
else it.skip(`the real HAProxy keeps the contract of a weighted route: ${missing}`, () => {});
