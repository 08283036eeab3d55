import {
  type AlertEar,
  type AlertEpisode,
  type AlertMemory,
  type AlertRecord,
  advanceEpisodes,
  alertsSeen,
  type HeardStretch,
  heardAlso,
  isHearing,
  wasFiring,
} from '@lastgood/domain';

interface Source {
  heard: HeardStretch[];
  /** By fingerprint. */
  episodes: Map<string, AlertEpisode[]>;
  leftOut: AlertRecord['leftOut'];
}

/** Keeps everything, forever. */
export function createInMemoryAlerts(now: () => number): AlertMemory & AlertEar {
  const sources = new Map<string, Source>();
  const sourceOf = (name: string): Source => {
    const source = sources.get(name) ?? { heard: [], episodes: new Map(), leftOut: null };
    sources.set(name, source);
    return source;
  };
  return {
    async hear(name, { alerts, leavesOut }) {
      const [source, at] = [sourceOf(name), now()];
      if (isHearing({ alerts })) {
        const stretch = heardAlso(source.heard.at(-1) ?? null, at);
        source.heard = [...source.heard.filter(({ from }) => from !== stretch.from), stretch];
      }
      for (const told of alerts) {
        const known = source.episodes.get(told.fingerprint) ?? [];
        source.episodes.set(told.fingerprint, advanceEpisodes(known, told, at));
      }
      if (leavesOut !== null) source.leftOut = { at, why: leavesOut };
    },
    async heardUnreadable(name, why) {
      sourceOf(name).leftOut = { at: now(), why };
    },
    async readAlerts(questions, at) {
      return questions.map((question) => {
        const { heard = [], episodes, leftOut = null } = sources.get(question.source) ?? {};
        const asked = Object.entries(question.labels);
        const all = [...(episodes?.values() ?? [])].flat();
        const matching = all.filter(({ labels }) => asked.every(([name, value]) => labels[name] === value));
        const anyFires = all.some((one) => wasFiring(one, at));
        const record = { episodes: matching, heard, anyFires, leftOut, isCut: false, keptSince: 0 };
        return alertsSeen(question, record, at);
      });
    },
  };
}
