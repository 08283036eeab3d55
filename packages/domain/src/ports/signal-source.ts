import type { Teller } from '../alert/teller.ts';
import type { SignalReading } from '../alert/told-alert.ts';

/** Somebody who tells Lastgood of alerts, and how what they send is read. */
export interface SignalSource {
  /** As the configuration calls it. */
  name: string;
  teller: Teller;
  /** The very bytes of a request's body. Never throws. */
  read(body: Uint8Array): SignalReading;
}
