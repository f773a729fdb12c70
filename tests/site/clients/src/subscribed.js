// Clients that hand out answers one after the other: what they hand out first is taken.

import { dataOf } from './page.js';

/** The data of the first answer. `subscribe(sink)` begins. */
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
