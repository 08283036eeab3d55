import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { answerControls } from './sandbox-controls.ts';
import { type KubernetesSandbox, startKubernetesSandbox } from './start-kubernetes-sandbox.ts';

/**
 * A cluster in a process of its own:
 *
 *   node packages/sandbox/src/kubernetes/serve.ts --port 6500 --snapshot cluster.json
 *
 * With `--snapshot` it goes on from that file if there is one, and writes it every second and at its end.
 * Prints one line of JSON, `{"url": ..., "pid": ...}`, when it is ready. `--kubeconfig FILE` writes a kubeconfig.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    snapshot: { type: 'string' },
    kubeconfig: { type: 'string' },
    namespace: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '2' },
  },
});

const SAVE_EVERY_MS = 1_000;

const { snapshot: file } = values;
const sandbox: KubernetesSandbox = await startKubernetesSandbox({
  port: Number(values.port),
  seed: Number(values.seed),
  nodes: Number(values.nodes),
  namespaces: values.namespace,
  snapshot: file && existsSync(file) ? readFileSync(file, 'utf8') : undefined,
  extra: async (request) => answerControls(sandbox, request),
});

let saved = '';
function save(): void {
  if (!file) return;
  const snapshot = sandbox.snapshot();
  if (snapshot === saved) return;
  // In one step, so that a kill leaves the old file or the new one.
  writeFileSync(`${file}.new`, snapshot);
  renameSync(`${file}.new`, file);
  saved = snapshot;
}

const timer = setInterval(save, SAVE_EVERY_MS);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    clearInterval(timer);
    save();
    void sandbox.close();
  });
}
if (values.kubeconfig) writeFileSync(values.kubeconfig, sandbox.kubeconfig());
process.stdout.write(`${JSON.stringify({ url: sandbox.url, pid: process.pid })}\n`);
