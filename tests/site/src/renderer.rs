//! Draws the app's first HTML from its own components, as the real site does: the built app's `server.js` in a small
//! JavaScript engine. So tests need Node only for the build.

use anyhow::{Context as _, anyhow};
use rquickjs::{CatchResultExt, Context, Ctx, Function, Runtime};
use tokio::sync::{mpsc, oneshot};

/// React recurses for every level of the page.
const STACK: usize = 1 << 20;

/// The input for drawing a page.
pub(crate) struct Scene {
    /// Every setting by name, as JSON.
    pub settings: String,
    /// The balance answer to embed in the HTML, as JSON; `null` for none.
    pub first: String,
    /// The path of the page.
    pub path: String,
}

type Job = (Scene, oneshot::Sender<anyhow::Result<String>>);

/// The engine, on its own thread; it ends when this is dropped.
pub(crate) struct Renderer(mpsc::UnboundedSender<Job>);

impl Renderer {
    /// Starts the engine with the app's `server.js`.
    pub async fn start(script: String) -> anyhow::Result<Self> {
        let (jobs, todo) = mpsc::unbounded_channel();
        let (ready, started) = oneshot::channel();
        std::thread::Builder::new().stack_size(4 * STACK).spawn(move || live(&script, todo, ready))?;
        started.await.context("the engine that draws the app has died")??;
        Ok(Self(jobs))
    }

    /// The document of a page.
    pub async fn draw(&self, scene: Scene) -> anyhow::Result<String> {
        let (reply, drawn) = oneshot::channel();
        self.0.send((scene, reply)).map_err(|_| anyhow!("the engine that draws the app has ended"))?;
        drawn.await.context("the engine that draws the app has died")?
    }
}

fn live(script: &str, mut todo: mpsc::UnboundedReceiver<Job>, ready: oneshot::Sender<anyhow::Result<()>>) {
    let engine = Runtime::new().and_then(|runtime| {
        runtime.set_max_stack_size(STACK);
        let context = Context::full(&runtime)?;
        Ok((runtime, context))
    });
    let (_runtime, context) = match engine {
        Ok(engine) => engine,
        // Whoever started the engine may be gone by now, here and below.
        Err(error) => return drop(ready.send(Err(error.into()))),
    };
    context.with(|ctx| {
        let loaded = ctx.eval::<(), _>(script).catch(&ctx).map_err(|error| anyhow!("server.js: {error}"));
        if ready.send(loaded).is_err() {
            return;
        }
        while let Some((scene, reply)) = todo.blocking_recv() {
            drop(reply.send(draw(&ctx, scene)));
        }
    });
}

fn draw(ctx: &Ctx<'_>, scene: Scene) -> anyhow::Result<String> {
    let html = ctx
        .globals()
        .get::<_, Function>("draw")
        .and_then(|draw| draw.call((scene.settings, scene.first, scene.path)))
        .catch(ctx);
    html.map_err(|error| anyhow!("drawing the page: {error}"))
}
