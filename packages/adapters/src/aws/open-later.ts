/** Something that is made when it is first needed, and closed if it was. */
export interface OpenedLater<Api> {
  open(): Promise<Api>;
  close(): Promise<void>;
}

/**
 * The SDK of AWS takes a third of a second and 28 MB to load, so it is loaded by who asks AWS for something, not by every
 * start of a server.
 */
export function openLater<Api extends { close(): void }>(make: () => Promise<Api>): OpenedLater<Api> {
  let opened: Promise<Api> | null = null;
  return {
    open() {
      // What failed once, such as a module that could not be read, is tried again by who asks next.
      opened ??= make().catch((error: unknown) => {
        opened = null;
        throw error;
      });
      return opened;
    },
    async close() {
      (await opened?.catch(() => null))?.close();
    },
  };
}
