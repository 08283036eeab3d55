import { messageLabels } from '@lastgood/domain/notification/message';
import type { Press, PressAnswer } from '@lastgood/domain/notification/press';
import { Agent } from 'undici';
import { explainFailure, hostAndPort } from '../../../http/explain-failure.ts';
import { fittingLines } from '../../fitting-text.ts';
import { type Block, type Button, plain } from '../blocks.ts';
import type { SlackSettings } from '../settings.ts';
import { escapedWithin } from '../text.ts';
import { undoAction } from './actions.ts';

/** Slack's own, beside the Web API. */
const defaultApi = 'https://slack.com/api';
const longestText = 2_900;

export interface Answering {
  mayAnswer(url: string): boolean;
  answer(press: Press, answer: PressAnswer, signal: AbortSignal): Promise<string | null>;
  close(): Promise<void>;
}

/**
 * Tells whoever pressed by the `response_url` of the press. That is an address out of a request, so that only Slack's host for it is
 * asked, over https and at its port; where the configuration names another Web API, that one's host too.
 * https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export function createAnswering(settings: Pick<SlackSettings, 'url' | 'tlsCa' | 'timeoutMs'>): Answering {
  const { url, tlsCa, timeoutMs = 10_000 } = settings;
  const agent = new Agent({ allowH2: false, connect: tlsCa === undefined ? {} : { ca: tlsCa } });
  const origins = new Set(originsOf(url));
  const mayAnswer = (to: string) => {
    if (to.length > 2_000 || !URL.canParse(to)) return false;
    const { origin, username, password } = new URL(to);
    return origins.has(origin) && username === '' && password === '';
  };
  return {
    mayAnswer,
    close: () => agent.destroy(),
    async answer({ answerTo, act }, answer, signal) {
      if (answerTo === null || !mayAnswer(answerTo)) return 'it was sent without an address of Slack';
      const to = new URL(answerTo);
      try {
        const { statusCode, body } = await agent.request({
          ...{ origin: to.origin, path: to.pathname + to.search, method: 'POST' },
          headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'lastgood' },
          body: JSON.stringify(answerBody(answer, act)),
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
        await body.dump({ limit: 65_536 });
        return statusCode === 200 ? null : `Slack answered HTTP ${statusCode}`;
      } catch (error) {
        // An address of this kind is as good as a token: it is not told.
        return explainFailure(error, hostAndPort(to));
      }
    },
  };
}

function originsOf(url: string | undefined): string[] {
  const { origin, hostname } = new URL(url ?? defaultApi);
  return [`https://hooks.${hostname}`, ...(url === undefined || url === defaultApi ? [] : [origin])];
}

function answerBody({ text, link, undo }: PressAnswer, act: Press['act']) {
  const words = fittingLines(text, longestText);
  const buttons: Button[] = [
    ...(undo === null
      ? []
      : [{ type: 'button' as const, action_id: undoAction, text: plain(messageLabels.undo), value: undo }]),
    ...(link === null
      ? []
      : [
          { type: 'button' as const, action_id: 'lastgood_open', text: plain(messageLabels.open), url: link },
        ]),
  ];
  const blocks: Block[] = [
    { type: 'section', text: plain(words) },
    ...(buttons.length > 0 ? [{ type: 'actions' as const, elements: buttons }] : []),
  ];
  // An undo is pressed in such an answer, which then says what became of it.
  return {
    response_type: 'ephemeral',
    replace_original: act === 'undo',
    text: escapedWithin(words, longestText),
    blocks,
  };
}
