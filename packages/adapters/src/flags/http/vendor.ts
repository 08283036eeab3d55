import { defineVendor } from '../../vendor.ts';
import { createHttpFlags } from './http-flags.ts';
import { httpFlagSettings } from './settings.ts';

export const httpFlags = defineVendor(
  { kind: 'http', title: 'Flag service over HTTP', settings: httpFlagSettings },
  ({ name, settings }) => createHttpFlags({ name, ...settings }),
);
