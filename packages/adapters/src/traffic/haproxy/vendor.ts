import { defineVendor } from '../../vendor.ts';
import { createHaproxy } from './haproxy.ts';
import { haproxySettings } from './settings.ts';

export const haproxy = defineVendor(
  { kind: 'haproxy', title: 'HAProxy', settings: haproxySettings },
  ({ name, settings }) => createHaproxy({ name, ...settings }),
);
