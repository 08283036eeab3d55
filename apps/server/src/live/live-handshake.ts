import type { IncomingHttpHeaders } from 'node:http';

/** Where the live connection is; it is opened under this spelling only. */
export const livePath = '/api/v1/live';

/** Whether the headers open a websocket of version 13: https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1 */
export function opensWebsocket(headers: IncomingHttpHeaders): boolean {
  return (
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[+/0-9a-z]{22}==$/i.test(headers['sec-websocket-key'] ?? '')
  );
}
