import { defineVendor } from '../../vendor.ts';
import { unleashSettings } from './settings.ts';
import { createUnleash } from './unleash.ts';

export const unleash = defineVendor(
  { kind: 'unleash', title: 'Unleash', settings: unleashSettings },
  ({ name, settings }) => createUnleash({ name, ...settings }),
);
