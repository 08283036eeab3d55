import { createServer, type ServerResponse } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import { localOnly } from '../local-only.ts';
import { listenOnLoopback } from '../metrics/listen-on-loopback.ts';
import type { ScrapeTarget } from '../metrics/scrape-target.ts';
import type { PodView } from './pod-view.ts';

export interface KubeStateExporter {
  target: ScrapeTarget;
  close(): Promise<void>;
}

/**
 * Serves what kube-state-metrics says about pods, under its names, as far as triggers ask.
 * https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/pod-metrics.md
 * @throws Error when the port is taken
 */
export async function startKubeStateExporter(options: {
  listPods(): readonly PodView[] | Promise<readonly PodView[]>;
  /** Default 0: any free one. */
  port?: number;
}): Promise<KubeStateExporter> {
  async function answer(response: ServerResponse): Promise<void> {
    try {
      const registry = describePods(await options.listPods());
      const text = await registry.metrics();
      response.writeHead(200, { 'content-type': registry.contentType }).end(text);
    } catch (error) {
      // The scrape fails and `up` says so: no pods and unknown pods are different things.
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    }
  }
  const { url, close } = await listenOnLoopback(
    createServer(localOnly((_request, response) => void answer(response))),
    options.port,
  );
  const labels = { job: 'kube-state-metrics' };
  return { target: { url: `${url}/metrics`, labels, honorLabels: true }, close: () => close() };
}

function describePods(pods: readonly PodView[]): Registry {
  const registry = new Registry();
  const registers = [registry];
  const podLabels = ['namespace', 'pod', 'uid'];
  const info = new Gauge({
    name: 'kube_pod_info',
    help: 'Information about pod.',
    labelNames: [...podLabels, 'pod_ip', 'node', 'created_by_kind', 'created_by_name'],
    registers,
  });
  const owner = new Gauge({
    name: 'kube_pod_owner',
    help: "Information about the Pod's owner.",
    labelNames: [...podLabels, 'owner_kind', 'owner_name', 'owner_is_controller'],
    registers,
  });
  const ready = new Gauge({
    name: 'kube_pod_status_ready',
    help: 'Describes whether the pod is ready to serve requests.',
    labelNames: [...podLabels, 'condition'],
    registers,
  });
  const phase = new Gauge({
    name: 'kube_pod_status_phase',
    help: 'The pods current phase.',
    labelNames: [...podLabels, 'phase'],
    registers,
  });
  const deleted = new Gauge({
    name: 'kube_pod_deletion_timestamp',
    help: 'Unix deletion timestamp.',
    labelNames: podLabels,
    registers,
  });
  const waiting = new Gauge({
    name: 'kube_pod_container_status_waiting_reason',
    help: 'Describes the reason the container is currently in waiting state.',
    labelNames: [...podLabels, 'container', 'reason'],
    registers,
  });
  const restarts = new Counter({
    name: 'kube_pod_container_status_restarts_total',
    help: 'The number of container restarts per container.',
    labelNames: [...podLabels, 'container'],
    registers,
  });
  for (const pod of pods) {
    const named = { namespace: pod.namespace, pod: pod.name, uid: pod.uid };
    const [kind, name] = [pod.owner?.kind ?? '', pod.owner?.name ?? ''];
    info.set({ ...named, pod_ip: pod.ip, node: pod.node, created_by_kind: kind, created_by_name: name }, 1);
    const owned = pod.owner === null ? '' : 'true';
    owner.set({ ...named, owner_kind: kind, owner_name: name, owner_is_controller: owned }, 1);
    for (const condition of pod.ready === null ? [] : ['true', 'false', 'unknown']) {
      ready.set({ ...named, condition }, Number(condition === String(pod.ready)));
    }
    for (const each of ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']) {
      phase.set({ ...named, phase: each }, Number(each === pod.phase));
    }
    if (pod.deletedAt !== null) deleted.set(named, pod.deletedAt);
    for (const { name: container, restartCount, waitingReason } of pod.containers) {
      restarts.inc({ ...named, container }, restartCount);
      if (waitingReason !== null) waiting.set({ ...named, container, reason: waitingReason }, 1);
    }
  }
  return registry;
}
