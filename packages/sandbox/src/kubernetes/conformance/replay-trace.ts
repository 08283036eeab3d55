import { setTimeout as pause } from 'node:timers/promises';
import {
  type AdmissionPolicy,
  createSteppedClock,
  type ImageBehaviour,
  type KubernetesSandbox,
  type SteppedClock,
  startKubernetesSandbox,
} from '../index.ts';
import type { Json, JsonObject } from '../objects.ts';
import { isObject } from '../patch/merge-patch.ts';
import { compareBodies } from './compare-answers.ts';
import { meets } from './conditions.ts';
import { checkInvariant, type Evidence, type SeenEvent } from './invariants.ts';
import { type Bindings, createBindings, LIST } from './placeholders.ts';
import { policies } from './policies.ts';
import { type Answer, createTraceClient } from './trace-client.ts';
import type { RecordedRequest, Trace, TraceStep } from './trace-format.ts';

export interface ReplayReport {
  /** What differs from the recording, worded for a person. */
  differences: string[];
  compared: number;
  skipped: { what: string; why: string }[];
  invariantsChecked: number;
}

type Step<K extends TraceStep['kind']> = Extract<TraceStep, { kind: K }>;

interface OpenWatch {
  step: Step<'watch'>;
  events: SeenEvent[];
  end?: 'clean' | 'error';
  close(): void;
}

const POLL_EVERY_MS = 20;
const SLACK_MS = 100;
const POLL_AT_MOST_MS = 60_000;
/** Real time to wait for an answer before the cluster's time moves on beside it. */
const PATIENCE_MS = 400;

/** Sends what a trace sends to a fresh sandbox with a stepped clock, and compares by the rules of the traces. */
export async function replayTrace(trace: Trace): Promise<ReplayReport> {
  const clock = createSteppedClock();
  const sandbox = await startKubernetesSandbox({
    clock,
    namespaces: [trace.namespace],
    imageIdOf: (image) => `sha256:${image}`,
  });
  const replay = createReplay(trace, sandbox.url, clock, {
    setBehaviour: sandbox.setImageBehaviour,
    setPolicy: sandbox.setAdmissionPolicy,
  });
  try {
    return await replay.run();
  } finally {
    replay.closeWatches();
    await sandbox.close();
  }
}

interface Controls {
  setBehaviour: KubernetesSandbox['setImageBehaviour'];
  setPolicy(policy: AdmissionPolicy | null): void;
}

function createReplay(trace: Trace, url: string, clock: SteppedClock, { setBehaviour, setPolicy }: Controls) {
  const bindings: Bindings = createBindings();
  const report: ReplayReport = { differences: [], compared: 0, skipped: [], invariantsChecked: 0 };
  const watches: OpenWatch[] = [];
  const evidence: Evidence = {
    steps: new Map(),
    watches: new Map(),
    indexOf: (id) => trace.steps.findIndex((step) => step.id === id),
    fill: (value) => bindings.fill(value, 'object'),
  };
  const { send, openStream } = createTraceClient(url);
  let current = 0;

  const run = async (): Promise<ReplayReport> => {
    let endOfLast = 0;
    for (const step of trace.steps) {
      await clock.advance(Math.max(0, Math.min(step.atMs - endOfLast, 60_000)));
      current = step.step;
      await runStep(step);
      endOfLast = step.atMs + (step.kind === 'wait' ? (step.forMs ?? step.tookMs ?? 0) : 0);
      if (step.kind === 'kubectl') endOfLast = step.requests.at(-1)?.atMs ?? step.atMs;
      await delivered();
    }
    await finishWatches();
    checkInvariants();
    checkVersions();
    return report;
  };

  async function runStep(step: TraceStep): Promise<void> {
    switch (step.kind) {
      case 'kubelet':
        return setBehaviour(
          step.match.image,
          step.outcome as ImageBehaviour,
          step.behaviour.includes('those that are ready stay so') ? 'starting' : 'all',
        );
      case 'wait':
        return await wait(step);
      case 'watch':
        return await watch(step);
      case 'kubectl':
        return await kubectl(step);
      case 'request': {
        const afterPoll = trace.steps[step.step - 1]?.kind === 'wait';
        const policy = step.id ? policies[step.id] : undefined;
        if (policy !== undefined && step.path.startsWith('/apis/admission')) setPolicy(policy);
        const why = whyNotReplayed(step);
        if (why) return void report.skipped.push({ what: `${step.step} ${step.id}`, why });
        if (afterPoll && step.method === 'GET') await untilAlike(step);
        const answer = await exchange(step, step.racy ?? false, `${step.step} ${step.id ?? ''}`);
        if (step.id) evidence.steps.set(step.id, { response: answer });
      }
    }
  }

  /**
   * The last poll of a wait and the read after it may lie on two sides of a controller's write, here or there. So the
   * read may come a little later here.
   */
  async function untilAlike(step: Step<'request'>): Promise<void> {
    const path = String(bindings.fill(step.path, 'object'));
    for (let waited = 0; waited < SLACK_MS; waited += POLL_EVERY_MS) {
      const { body } = await send('GET', path, { headers: step.headers });
      if (!compareBodies(step.response.body, body, bindings.copy(), false).length) return;
      await clock.advance(POLL_EVERY_MS);
    }
  }

  async function exchange(recorded: RecordedRequest, isRacy: boolean, label: string): Promise<Answer> {
    const sent = send(recorded.method, String(bindings.fill(recorded.path, 'object')), {
      headers: recorded.headers,
      body:
        recorded.bodyText ??
        (recorded.body === undefined ? undefined : JSON.stringify(bindings.fill(recorded.body, 'object'))),
    });
    const answer = await whileTimePasses(sent);
    report.compared += 1;
    const { response } = recorded;
    const differ = (what: string) =>
      report.differences.push(`${label} ${recorded.method} ${recorded.path}: ${what}`);
    if (answer.status !== response.status) {
      differ(
        `status ${response.status} recorded, ${answer.status} here: ${JSON.stringify(answer.body).slice(0, 300)}`,
      );
      return answer;
    }
    if (answer.contentType !== response.contentType) differ(`content type ${answer.contentType}`);
    if (answer.retryAfter !== response.retryAfter) differ(`Retry-After ${answer.retryAfter}`);
    if (answer.warning !== response.warning) differ(`warning ${answer.warning}`);
    for (const difference of compareBodies(response.body, answer.body, bindings, isRacy)) differ(difference);
    return answer;
  }

  async function whileTimePasses(sent: Promise<Answer>): Promise<Answer> {
    let done = false;
    const settled = sent.finally(() => {
      done = true;
    });
    await Promise.race([settled, pause(PATIENCE_MS)]);
    while (!done) await Promise.race([settled, clock.advance(100)]);
    return settled;
  }

  async function wait(step: Step<'wait'>): Promise<void> {
    if (step.forMs !== undefined) return clock.advance(step.forMs);
    const path = String(bindings.fill(step.poll ?? '', 'object'));
    for (let waited = 0; waited <= POLL_AT_MOST_MS; waited += POLL_EVERY_MS) {
      const { body } = await send('GET', path, { headers: { accept: 'application/json' } });
      if (meets(body, step.conditions ?? [], evidence.fill)) return;
      await clock.advance(POLL_EVERY_MS);
    }
    report.differences.push(`${step.step}: waited in vain until ${step.until}`);
  }

  async function watch(step: Step<'watch'>): Promise<void> {
    const path = String(bindings.fill(step.path, 'list'));
    const opened = await openStream(path, step.headers);
    const events: SeenEvent[] = [];
    const entry: OpenWatch = { step, events, close: opened.close };
    watches.push(entry);
    if (step.id) {
      evidence.watches.set(step.id, events);
      const record = { response: { status: opened.status }, end: { how: 'client closed' } };
      evidence.steps.set(step.id, record);
      opened.onEnd((how) => {
        entry.end = how;
        record.end.how = how;
      });
    }
    report.compared += 1;
    const differ = (what: string) => report.differences.push(`${step.step} ${step.id} watch: ${what}`);
    if (opened.status !== step.response.status) return void differ(`status ${opened.status}`);
    if (step.response.body !== undefined) {
      const body = JSON.parse(await opened.text()) as Json;
      for (const difference of compareBodies(step.response.body, body, bindings, false)) differ(difference);
      return;
    }
    opened.onLine((line) => {
      const event = JSON.parse(line) as SeenEvent;
      const recorded = step.events[events.length];
      events.push({ ...event, atStep: current });
      // A later step may resume from the version of an event.
      if (recorded && step.objects === 'full') bindEvent(recorded.object, event.object as JsonObject);
    });
    await delivered();
  }

  function bindEvent(recorded: JsonObject, actual: JsonObject): void {
    const trial = bindings.copy();
    const isSame =
      isObject(recorded.metadata) &&
      isObject(actual.metadata) &&
      recorded.metadata.name === actual.metadata.name;
    if (isSame && !compareBodies(recorded, actual, trial, false).length) bindings.adopt(trial);
  }

  /** Only the requests of kubectl are sent again; what it printed is judged by the suite that runs a real one. */
  async function kubectl(step: Step<'kubectl'>): Promise<void> {
    let at = step.atMs;
    for (const recorded of step.requests) {
      await clock.advance(Math.max(0, recorded.atMs - at));
      at = recorded.atMs;
      if (recorded.path.startsWith('/openapi/')) {
        report.skipped.push({
          what: `${step.step} ${recorded.path.split('?')[0]}`,
          why: 'the OpenAPI document of the sandbox has no schemas',
        });
      } else if (recorded.response.events) await kubectlWatch(step, recorded);
      else await exchange(recorded, true, `${step.step} kubectl ${step.argv.join(' ')}`);
      await delivered();
    }
    await clock.advance(Math.max(0, step.atMs + step.tookMs - at));
  }

  async function kubectlWatch(step: Step<'kubectl'>, recorded: RecordedRequest): Promise<void> {
    const opened = await openStream(String(bindings.fill(recorded.path, 'list')), recorded.headers);
    report.compared += 1;
    if (opened.status !== recorded.response.status) {
      report.differences.push(`${step.step} kubectl watch: status ${opened.status}`);
    }
    await clock.advance(Math.max(0, step.atMs + step.tookMs - recorded.atMs));
    opened.close();
  }

  /** Versions and generations never fall, and the last event is what a list shows now. */
  async function finishWatches(): Promise<void> {
    await delivered();
    for (const { step, events, end } of watches) {
      const last = new Map<string, JsonObject>();
      for (const { type, object } of events) {
        const metadata = (object as JsonObject).metadata as JsonObject | undefined;
        if (!metadata?.uid || type === 'BOOKMARK') continue;
        const before = last.get(String(metadata.uid));
        const fell = (field: string) => Number(before?.[field] ?? 0) > Number(metadata[field] ?? 0);
        if (before && (fell('resourceVersion') || fell('generation'))) {
          report.differences.push(`${step.step} ${step.id}: version or generation fell at ${metadata.name}`);
        }
        if (type === 'DELETED') last.delete(String(metadata.uid));
        else last.set(String(metadata.uid), metadata);
      }
      if (step.end.how !== 'client closed' || end) continue;
      const { body } = await send('GET', String(bindings.fill(step.path.split('?')[0] ?? '', 'list')), {
        headers: step.headers,
      });
      const items = ((body as JsonObject).items ?? []) as { metadata: JsonObject }[];
      const started = [...last.keys()];
      for (const { metadata } of items.filter((item) => started.includes(String(item.metadata.uid)))) {
        if (last.get(String(metadata.uid))?.resourceVersion !== metadata.resourceVersion) {
          report.differences.push(
            `${step.step} ${step.id}: the last event of ${metadata.name} is not what is stored`,
          );
        }
      }
    }
  }

  function checkInvariants(): void {
    for (const { text, check } of trace.invariants) {
      if (!check) continue;
      const subject = 'left' in check ? (check.left.split('#')[0] ?? '') : check.watch;
      const step = trace.steps.find(({ id }) => id === subject);
      if (step?.kind === 'kubectl') {
        report.skipped.push({ what: `invariant "${text}"`, why: 'about what kubectl printed' });
      } else if ('left' in check && !evidence.steps.has(subject)) {
        report.skipped.push({ what: `invariant "${text}"`, why: 'its step was skipped' });
      } else {
        report.invariantsChecked += 1;
        const wrong = checkInvariant(check, evidence);
        if (wrong) report.differences.push(`invariant "${text}": ${wrong}`);
      }
    }
  }

  /** Placeholders are numbered in order, so within one object the versions must be, too. */
  function checkVersions(): void {
    for (const [subject, seen] of bindings.versions()) {
      if (subject === LIST) continue;
      const sorted = [...seen].sort(([a], [b]) => a - b).map(([, version]) => version);
      if (sorted.some((version, index) => index > 0 && version <= (sorted[index - 1] ?? 0))) {
        report.differences.push(
          `versions of ${subject} are not in the recorded order: ${JSON.stringify([...seen])}`,
        );
      }
    }
  }

  return {
    run,
    closeWatches() {
      for (const { close } of watches) close();
    },
  };
}

/** Gives what was sent over open watches the turns of the event loop it needs to arrive. */
async function delivered(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
  await pause(1);
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Outside the sandbox's scope, with the reason; undefined for everything else. */
function whyNotReplayed(step: Step<'request'>): string | undefined {
  if (step.path.startsWith('/apis/admissionregistration.k8s.io/'))
    return 'policies are no objects of the sandbox; its hook does what this one does';
  if (/^\/apis\/(argoproj\.io\/.*\/(rollouts|analysis)|flagger\.app\/)/.test(step.path))
    return 'this custom resource is not simulated';
  if (step.path.startsWith('/apis/networking.istio.io/v1beta1/'))
    return 'only the newest version of a kind is served';
  return undefined;
}
