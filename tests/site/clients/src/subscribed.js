// Clients that deliver answers one after the other: we take the first.

import { dataOf } from './page.js';

/** The data of the first answer. `subscribe(sink)` starts it. */
export const first = (subscribe) =>
  new Promise((resolve, reject) => {
    let answer;
    subscribe({
      next: (value) => {
        answer ??= value;
      },
      error: reject,
      complete: () => {
        try {
          resolve(dataOf(answer));
        } catch (error) {
          reject(error);
        }
      },
    });
  });
