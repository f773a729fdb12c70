// The app's words in its languages.

const WORDS = {
  en: {
    home: 'Home', tools: 'Image creation', api: 'API access', settings: 'Settings', video: 'Video', out: 'Sign out',
    fast: 'Fast tokens', rollover: 'Rollover bank', topUp: 'Top-Up tokens', plan: 'My Plan', add: 'Add Tokens',
    tokens: 'Tokens', hello: 'What will you create,', prompt: 'Type a prompt…', generate: 'Generate',
  },
  de: {
    home: 'Start', tools: 'Bilder', api: 'API-Zugang', settings: 'Einstellungen', video: 'Video', out: 'Abmelden',
    fast: 'Schnelle Token', rollover: 'Übertrag', topUp: 'Zusatz-Token', plan: 'Mein Tarif', add: 'Token kaufen',
    tokens: 'Token', hello: 'Was entsteht heute,', prompt: 'Beschreibung eingeben…', generate: 'Erstellen',
  },
  ja: {
    home: 'ホーム', tools: '画像生成', api: 'API アクセス', settings: '設定', video: '動画', out: 'サインアウト',
    fast: '高速トークン', rollover: '繰り越し', topUp: '追加トークン', plan: 'プラン', add: 'トークンを追加',
    tokens: 'トークン', hello: '何を作りますか、', prompt: 'プロンプトを入力…', generate: '生成',
  },
  ar: {
    home: 'الرئيسية', tools: 'إنشاء الصور', api: 'واجهة البرمجة', settings: 'الإعدادات', video: 'فيديو', out: 'خروج',
    fast: 'رموز سريعة', rollover: 'رصيد مرحّل', topUp: 'رموز إضافية', plan: 'خطتي', add: 'أضف رموزًا',
    tokens: 'الرموز', hello: 'ماذا ستبدع يا', prompt: 'اكتب وصفًا…', generate: 'أنشئ',
  },
};

export const wordsOf = (language) => WORDS[language] ?? WORDS.en;
export const directionOf = (language) => (language === 'ar' ? 'rtl' : 'ltr');
