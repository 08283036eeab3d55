import type { ProbeResult } from '../verification/probe-result.ts';

/** Sends one GET from Lastgood's own network, inside the limits of the configuration. */
export interface HttpProbe {
  /** `refused` when the address is not allowed: loopback, link-local and metadata addresses unless configured. */
  get(url: string, signal: AbortSignal): Promise<ProbeResult>;
}
