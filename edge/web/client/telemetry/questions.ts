import { FarpaneError } from '#web/client/errors.ts';

/** How long an answer is waited for, in milliseconds. */
export const answerMs = 5000;

interface Question<A> {
  readonly fits: (answer: A) => boolean;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: FarpaneError) => void;
}

/** Questions of one kind, which the protocol answers without a number: an answer is that of the question that fits and waits longest. */
export class Questions<A> {
  readonly #waiting = new Set<Question<A>>();

  /**
   * Waits for the answer to what `ask` sends.
   *
   * @throws FarpaneError `channel_closed` where it can't be sent, `connection_lost` where the way was lost meanwhile, `timeout`.
   */
  async ask(ask: () => boolean, fits: (answer: A) => boolean = () => true): Promise<A> {
    if (!ask()) throw new FarpaneError('channel_closed', { message: 'There is no connection to the application now.' });
    return await new Promise<A>((resolve, reject) => {
      const question: Question<A> = {
        fits,
        resolve: (answer) => this.#settle(question, timer) && resolve(answer),
        reject: (error) => this.#settle(question, timer) && reject(error),
      };
      const late = (): void =>
        question.reject(
          new FarpaneError('timeout', { message: 'The application did not answer. It hears only who is in control.' }),
        );
      const timer = setTimeout(late, answerMs);
      this.#waiting.add(question);
    });
  }

  /** An answer has come. One that nobody waits for any more is passed over. */
  answer(answer: A): void {
    for (const question of this.#waiting) {
      if (!question.fits(answer)) continue;
      question.resolve(answer);
      return;
    }
  }

  /** Nothing that waits will be answered. */
  fail(error: FarpaneError): void {
    for (const question of [...this.#waiting]) question.reject(error);
  }

  #settle(question: Question<A>, timer: ReturnType<typeof setTimeout>): boolean {
    clearTimeout(timer);
    return this.#waiting.delete(question);
  }
}
