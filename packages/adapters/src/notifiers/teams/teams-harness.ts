import type { Answer, SeenRequest } from '../receiver-harness.ts';

/*
 * Microsoft Teams does not run here. The workflow is a local server on its wire format, after "Create incoming webhooks with Workflows" and the
 * documentation of the Teams connector (learn.microsoft.com): a POST with a signature in the query, `type` message and
 * `attachments` of adaptive cards, answered 202 without a body; without a right signature 401, of what is none of its messages 400, as its
 * loop over `attachments` fails, and of more than 28 KB 413.
 */

export const query = '?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=do-not-tell-this-signature';

export function workflow({ method, path, headers, body, bytes }: SeenRequest): Answer {
  const refused = (status: number, code: string, message: string) => ({
    status,
    json: { error: { code, message } },
  });
  if (method !== 'POST') return refused(404, 'NotFound', 'No such trigger.');
  if (!path.startsWith('/workflows/w1/triggers/manual/paths/invoke?'))
    return refused(404, 'WorkflowNotFound', 'The workflow could not be found.');
  const sig = new URLSearchParams(path.slice(path.indexOf('?'))).get('sig');
  if (sig !== 'do-not-tell-this-signature')
    return refused(401, 'DirectApiInvalidAuthorizationScheme', `The signature ${sig} is invalid.`);
  if (!/^application\/json/.test(headers['content-type'] ?? ''))
    return refused(400, 'InvalidContentType', 'Send JSON.');
  const [attachment] = Array.isArray(body?.attachments) ? body.attachments : [];
  if (body?.type !== 'message' || attachment?.contentType !== 'application/vnd.microsoft.card.adaptive') {
    return refused(400, 'InvalidTemplate', "'foreach' of type 'Null' is not valid.");
  }
  if (attachment.content.type !== 'AdaptiveCard' || attachment.content.version > '1.5')
    return refused(400, 'BadCard', 'No card.');
  return bytes > 28_000 ? refused(413, 'RequestEntityTooLarge', 'Too large.') : { status: 202, text: '' };
}

export const addressAt = (server: { url: string }) =>
  `${server.url}/workflows/w1/triggers/manual/paths/invoke${query}`;
