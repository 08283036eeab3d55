/** What somebody else who evaluates alerts told of one of them. Instants are by the teller's clock, epoch milliseconds. */
export interface ToldAlert {
  /** The same for the same labels, as the teller counts. */
  fingerprint: string;
  labels: Record<string, string>;
  status: 'firing' | 'resolved';
  startsAt: number;
  /** Null while it fires. */
  endsAt: number | null;
}

/** One message of theirs. */
export interface ToldMessage {
  alerts: ToldAlert[];
  /** Why it leaves alerts out that belong to it, in a few words; null where it is whole. */
  leavesOut: string | null;
}

/** What comes of a message as it was sent. */
export type SignalReading =
  | {
      kind: 'told';
      message: ToldMessage;
      /** What it has that no question can be about, and is not kept. */
      shortened?: string;
    }
  /** In a sentence. */
  | { kind: 'unreadable'; reason: string };

/** What may be told at once, and of one alert. In characters where it is text. */
export const mostTold = {
  alerts: 2_000,
  labels: 64,
  labelName: 200,
  labelValue: 1_000,
  /** Names and values of all labels of one. */
  labelText: 8_000,
  fingerprint: 64,
} as const;
