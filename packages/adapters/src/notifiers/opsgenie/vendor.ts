import { defineVendor } from '../../vendor.ts';
import { createOpsgenie } from './opsgenie.ts';
import { opsgenieSettings } from './settings.ts';

export const opsgenie = defineVendor(
  { kind: 'opsgenie', title: 'Opsgenie', settings: opsgenieSettings },
  ({ name, settings }) => createOpsgenie({ name, ...settings }),
);
