import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type LocalServer, startLocalServer } from '@lastgood/testkit/servers/local-server';
import { type AwsRefusal, type KnownKey, refusedSignature } from './signature-harness.ts';

/** What a parameter of the query protocol is, once its dots are read: `Actions.member.1.Type`. */
export type Param = string | Param[] | { [name: string]: Param };

export interface AwsCall {
  action: string;
  params: Record<string, Param>;
}

/** What stands in the result; null where the answer has none. A list becomes `member` elements, undefined is left out. */
export type AwsResult = Record<string, unknown>;

export type AwsServerFault =
  | { kind: 'refuses'; refusal: AwsRefusal }
  | { kind: 'hangs' | 'garbage' | 'unreachable' | 'huge' }
  /** Of the next call that is not a `Describe`, `Get` or `List`. */
  | { kind: 'lost-reply' };

export interface AwsServer extends LocalServer {
  region: string;
  key: KnownKey;
  /** Calls whose signature was right, in order. */
  calls: AwsCall[];
  /** Until it is set to null. */
  fault: AwsServerFault | null;
}

/** Thrown by what answers a call, as the real API refuses it. */
export class Refused extends Error {
  readonly refusal: AwsRefusal;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.refusal = { code, message, status };
  }
}

/**
 * A server of the query protocol of AWS: it checks the signature of every request by itself, reads the form, and answers in
 * XML as the real API does. For tests.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export async function startAwsServer(
  { service, version, region = 'eu-central-1' }: { service: string; version: string; region?: string },
  answer: (call: AwsCall) => AwsResult | null,
): Promise<AwsServer> {
  const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: randomUUID() };
  const state: Pick<AwsServer, 'calls' | 'fault' | 'key'> = { calls: [], fault: null, key };
  const xmlns = `http://${service}.amazonaws.com/doc/${version}/`;

  const server = await startLocalServer(async (request, response) => {
    const body = await text(request);
    const { fault } = state;
    if (fault?.kind === 'unreachable') return void response.destroy();
    if (fault?.kind === 'hangs') return;
    if (fault?.kind === 'garbage') return void response.end('<html><body>It works!</body></html>');
    if (fault?.kind === 'huge') return sendEndless(response);
    const fail = ({ status, code, message }: AwsRefusal) =>
      send(response, status, errorXml(xmlns, code, message));
    const refused = refusedSignature(request, body, { key: state.key, region, service });
    if (refused) return fail(refused);
    if (fault?.kind === 'refuses') return fail(fault.refusal);
    const { Action: action, Version: asked, ...params } = readForm(body);
    if (typeof action !== 'string' || asked !== version)
      return fail({
        status: 400,
        code: 'InvalidAction',
        message: `Could not find operation ${String(action)}`,
      });
    const call = { action, params };
    state.calls.push(call);
    try {
      const result = answer(call);
      if (fault?.kind === 'lost-reply' && !/^(Describe|Get|List)/.test(action)) {
        state.fault = null;
        return void response.destroy();
      }
      send(response, 200, resultXml(xmlns, action, result));
    } catch (error) {
      if (error instanceof Refused) return fail(error.refusal);
      throw error;
    }
  });
  return Object.assign(state, server, { region });
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': randomUUID() }).end(body);
}

function sendEndless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/xml' }).write('<A>');
  const part = 'x'.repeat(65_536);
  const more = () => {
    while (!response.destroyed) if (!response.write(part)) return void response.once('drain', more);
  };
  more();
}

function errorXml(xmlns: string, code: string, message: string): string {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  return `<ErrorResponse xmlns="${xmlns}">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
}

function resultXml(xmlns: string, action: string, result: AwsResult | null): string {
  const inner = result === null ? '' : `<${action}Result>${xml(result)}</${action}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  return `<${action}Response xmlns="${xmlns}">${inner}${metadata}</${action}Response>`;
}

function xml(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => `<member>${xml(one)}</member>`).join('');
  if (typeof value !== 'object' || value === null) return escaped(String(value));
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `<${name}>${xml(member)}</${name}>`)
    .join('');
}

function escaped(value: string): string {
  return value.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);
}

/** A form with its dots read: `A.member.1.B=c` is `{A: [{B: 'c'}]}`. */
function readForm(body: string): Record<string, Param> {
  const root: Record<string, Param> = {};
  for (const [path, value] of new URLSearchParams(body)) {
    const names = path.split('.');
    let at = root;
    for (const name of names.slice(0, -1)) {
      const inner = at[name] ?? {};
      at[name] = inner;
      at = inner as Record<string, Param>;
    }
    at[names.at(-1) ?? ''] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, listed(value)]));
}

function listed(value: Param): Param {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const { member } = value;
  if (typeof member === 'object' && !Array.isArray(member)) {
    const entries = Object.entries(member).sort(([a], [b]) => Number(a) - Number(b));
    return entries.map(([, one]) => listed(one));
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, listed(one)]));
}
