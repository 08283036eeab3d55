import { createHttpProbe } from './http/http-probe.ts';
import { httpProbeSettings } from './http/settings.ts';

export { type ClosableHttpProbe, createHttpProbe } from './http/http-probe.ts';
export { type HttpProbeSettings, httpProbeSettings } from './http/settings.ts';

/** Every kind of probe: the schema of its settings and how one is made. */
export const probes = {
  http: { settings: httpProbeSettings, create: createHttpProbe },
} as const;
