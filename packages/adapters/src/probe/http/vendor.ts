import { defineVendor } from '../../vendor.ts';
import { createHttpProbe } from './http-probe.ts';
import { httpProbeSettings } from './settings.ts';

export const http = defineVendor(
  { kind: 'http', title: 'HTTP', settings: httpProbeSettings },
  ({ settings }) => createHttpProbe(settings),
);
