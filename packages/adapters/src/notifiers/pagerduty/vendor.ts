import { defineVendor } from '../../vendor.ts';
import { createPagerDuty } from './pagerduty.ts';
import { pagerDutySettings } from './settings.ts';

export const pagerDuty = defineVendor(
  { kind: 'pagerduty', title: 'PagerDuty', settings: pagerDutySettings },
  ({ name, settings }) => createPagerDuty({ name, ...settings }),
);
