import type { ProbeResult } from '../verification/probe-result.ts';

/** Sends one GET from Lastgood's own network, inside the limits of the configuration. */
export interface HttpProbe {
  /** Why the configuration does not let this address be asked, and what to change; null when it may, as far as it is written. */
  refusal(url: string): string | null;
  /** `refused` when the address is not allowed as it is written; `unreachable` when what it resolves to is not. */
  get(url: string, signal: AbortSignal): Promise<ProbeResult>;
}
