import { defineVendor } from '../../vendor.ts';
import { createFlagd } from './flagd.ts';
import { flagdSettings } from './settings.ts';

export const flagd = defineVendor(
  { kind: 'flagd', title: 'OpenFeature flagd (its file)', settings: flagdSettings },
  ({ name, settings }) => createFlagd({ name, ...settings }),
);
