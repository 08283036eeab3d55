export interface Instruction {
  word: string;
  rest: string;
}

/** The stages of a Dockerfile, each from its FROM on. Continued lines are joined, comments left out. */
export function stagesOf(text: string): Instruction[][] {
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n');
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, word, rest = ''] = /^\s*([A-Za-z]+)\s+(.*?)\s*$/.exec(line) ?? [];
    if (!word) continue;
    const instruction = { word: word.toUpperCase(), rest };
    if (instruction.word === 'FROM') stages.push([instruction]);
    else stages.at(-1)?.push(instruction);
  }
  return stages;
}

/** The program and the words that the last stage's HEALTHCHECK runs. */
export function healthcheckOf(text: string): string[] {
  const check = stagesOf(text)
    .at(-1)
    ?.find(({ word }) => word === 'HEALTHCHECK');
  const [, list] = /CMD\s+(\[.*\])$/.exec(check?.rest ?? '') ?? [];
  if (!list) throw new Error('The last stage has no HEALTHCHECK in the form of a list.');
  return JSON.parse(list) as string[];
}
