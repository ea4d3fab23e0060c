/** The exposure page: a question to the ledger, its answer, and what was asked before [EXP-1]. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Outcome } from '../../protocol/errors.ts';
import type { ExposureQuestion, ExposureReport, ExposureSummary } from '../../protocol/ledger.ts';
import { fieldsOf, lastDay, type QuestionFields, toQuestion } from './exposure-question.ts';

export interface ReportsApi {
  ask(question: ExposureQuestion): Promise<Outcome<ExposureReport>>;
  list(): Promise<Outcome<ExposureSummary[]>>;
  read(reportId: string): Promise<Outcome<ExposureReport>>;
}

export interface Exposure {
  readonly fields: ReadonlySignal<QuestionFields>;
  readonly phase: ReadonlySignal<'idle' | 'asking'>;
  /** What is wrong with the question, or why it was refused; for a person. */
  readonly problem: ReadonlySignal<string | null>;
  readonly report: ReadonlySignal<ExposureReport | null>;
  readonly past: ReadonlySignal<readonly ExposureSummary[]>;
  set(change: Partial<QuestionFields>): void;
  /** @returns the new report's id; nothing when there is none. */
  ask(): Promise<string | null>;
  /** The page is on screen, with one of its reports or none. */
  show(reportId: string | undefined): Promise<void>;
  /** After a connect: what was asked before may have grown; nothing before the page was shown. */
  refresh(): void;
}

export function createExposure(api: ReportsApi, now: () => number): Exposure {
  const fields = signal<QuestionFields>(lastDay(now()));
  const phase = signal<'idle' | 'asking'>('idle');
  const problem = signal<string | null>(null);
  const report = signal<ExposureReport | null>(null);
  const past = signal<readonly ExposureSummary[]>([]);
  /** Answers to an older question than this are dropped. */
  let asked = 0;
  let shown = false;
  /** Whether the window is ours to move: it ends now, and a console may be open for days. */
  let isLastDay = true;

  function moveWindow() {
    if (!isLastDay) return;
    const { from, to } = lastDay(now());
    fields.value = { ...fields.peek(), from, to };
  }

  async function listPast() {
    const answer = await api.list();
    if (answer.ok) past.value = answer.data;
  }

  async function take(question: Promise<Outcome<ExposureReport>>): Promise<string | null> {
    const mine = ++asked;
    phase.value = 'asking';
    problem.value = null;
    const answer = await question;
    if (mine !== asked) return null;
    phase.value = 'idle';
    if (!answer.ok) {
      problem.value = answer.error.message;
      return null;
    }
    report.value = answer.data;
    return answer.data.id;
  }

  return {
    fields,
    phase,
    problem,
    report,
    past,
    set(change) {
      if (change.from !== undefined || change.to !== undefined) isLastDay = false;
      fields.value = { ...fields.peek(), ...change };
      problem.value = null;
    },
    async ask() {
      if (phase.peek() === 'asking') return null;
      moveWindow();
      const checked = toQuestion(fields.peek());
      if (!checked.ok) {
        problem.value = checked.problem;
        return null;
      }
      const id = await take(api.ask(checked.question));
      if (id) void listPast();
      return id;
    },
    refresh() {
      if (shown) void listPast();
    },
    async show(reportId) {
      shown = true;
      moveWindow();
      if (past.peek().length === 0) void listPast();
      if (reportId === undefined || reportId === report.peek()?.id) return;
      report.value = null;
      await take(api.read(reportId));
      const question = report.peek()?.question;
      if (!question) return;
      isLastDay = false;
      fields.value = fieldsOf(question);
    },
  };
}
