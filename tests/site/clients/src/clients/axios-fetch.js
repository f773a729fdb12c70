import { byAxios } from '../axios.js';
import { run } from '../page.js';

run(({ authorization }) => byAxios(authorization, 'fetch'));
