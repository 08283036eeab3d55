/** What a client of PostgreSQL sends: https://www.postgresql.org/docs/18/protocol-message-formats.html */
export interface Message {
  /** `Q` a simple query, `P` parse, `B` bind, `S` sync, ...; empty for what opens a connection and has no type. */
  type: string;
  /** The texts it begins with, each of which ends with a zero. */
  texts: string[];
}

/** Reads messages out of chunks that may cut them anywhere. */
export function createMessageReader(): (chunk: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0);
  let isOpening = true;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const head = isOpening ? 0 : 1;
      if (rest.length < head + 4) return messages;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return messages;
      const type = isOpening ? '' : String.fromCharCode(rest[0] ?? 0);
      messages.push({ type, texts: rest.toString('utf8', head + 4, end).split('\0', 2) });
      rest = rest.subarray(end);
      isOpening = false;
    }
  };
}
