from waveloom.pipelines.frames.pipeline import create_pipeline

__all__ = ["create_pipeline"]
